package aivenapi

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"
)

var tokenInPath = regexp.MustCompile(`(/access[-_]tokens?/)[^/]+`)

var debugLock sync.Mutex

// debug writes one line about a request: no header, no body, no token prefix.
func (t *transport) debug(op string, req *http.Request, status int, took time.Duration, err error) {
	if t.o.Debug == nil {
		return
	}
	path := Sanitise(tokenInPath.ReplaceAllString(req.URL.EscapedPath(), "${1}"+masked))
	outcome := fmt.Sprint(status)
	if err != nil {
		outcome = "failed"
		var e *Error
		if errors.As(err, &e) {
			outcome = strings.ReplaceAll(string(e.Kind), " ", "-")
		}
	}
	debugLock.Lock()
	defer debugLock.Unlock()
	// A log that cannot be written must not stop the work it tells of.
	_, _ = fmt.Fprintf(t.o.Debug, "%s %s %s %s %s %dms\n",
		t.o.Now().UTC().Format(time.RFC3339), op, req.Method, path, outcome, took.Milliseconds())
}

package aivenapi

import (
	"fmt"
	"net/http"
	"regexp"
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
		outcome = Sanitise(Mask(err.Error()))
	}
	debugLock.Lock()
	defer debugLock.Unlock()
	// A log that cannot be written must not stop the work it tells of.
	_, _ = fmt.Fprintf(t.o.Debug, "%s %s %s %s %s %dms\n",
		t.o.Now().UTC().Format(time.RFC3339), op, req.Method, path, outcome, took.Milliseconds())
}

package sandbox

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// FaultHeader marks an answer that a fault spoiled, so that a contract check
// can leave it alone.
const FaultHeader = "X-Sandbox-Fault"

// Fault is a failure on demand. It strikes the requests that match all of
// Operation, Method and Path (empty matches any).
type Fault struct {
	Operation string // operation id
	Method    string
	Path      string // escaped, with /v1

	Nth   int // the first matching request to strike, counted from 1; 0 is 1
	Times int // how many from then on; 0 is 1, negative is all

	Latency    time.Duration // wait this long first
	Status     int           // answer this (429, 500, 503...) instead
	RetryAfter int           // seconds, with Status
	After      bool          // the request takes effect before Status is answered
	Reset      bool          // it takes effect, and the connection is cut within the answer
	Truncate   bool          // half of the JSON, as a complete answer
	Slow       time.Duration // the body takes this long
}

type faultList struct {
	mu   sync.Mutex
	list []*armedFault
}

type armedFault struct {
	Fault
	seen int
}

// Fail arms a fault; several may be armed, and the first that strikes wins.
func (s *Sandbox) Fail(f Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = append(s.faults.list, &armedFault{Fault: f})
}

// ClearFaults disarms all faults.
func (s *Sandbox) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

func (l *faultList) next(operation, method, path string) Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	var struck *Fault
	for _, f := range l.list {
		if f.Operation != "" && f.Operation != operation || f.Method != "" && f.Method != method || f.Path != "" && f.Path != path {
			continue
		}
		f.seen++
		first, times := max(f.Nth, 1), f.Times
		if times == 0 {
			times = 1
		}
		if struck == nil && f.seen >= first && (times < 0 || f.seen < first+times) {
			struck = &f.Fault
		}
	}
	if struck == nil {
		return Fault{}
	}
	return *struck
}

func (f Fault) refusal() answer {
	text := http.StatusText(f.Status)
	if text == "" {
		text = "Failure on demand"
	}
	a := refuse(f.Status, "", "%s", text)
	a.retryAfter = f.RetryAfter
	return a
}

func (f Fault) before() (answer, bool) {
	if f.Status == 0 || f.After {
		return answer{}, false
	}
	return f.refusal(), true
}

func (f Fault) after(a answer) answer {
	if f.Status != 0 && f.After {
		return f.refusal()
	}
	return a
}

// send writes the answer, spoiled as the fault says.
func (f Fault) send(w http.ResponseWriter, a answer) {
	if f.Status == 0 && !f.Reset && !f.Truncate && f.Slow == 0 {
		send(w, a)
		return
	}
	body := a.encode()
	w.Header().Set(FaultHeader, "1")
	if f.Truncate {
		body = body[:len(body)/2]
	}
	a.header(w.Header(), len(body))
	switch {
	case f.Reset:
		w.WriteHeader(a.status)
		_, _ = w.Write(body[:len(body)/2])
		cut(w)
	case f.Slow > 0 && len(body) > 0:
		w.WriteHeader(a.status)
		half := len(body) / 2
		_, _ = w.Write(body[:half])
		_ = http.NewResponseController(w).Flush()
		time.Sleep(f.Slow)
		_, _ = w.Write(body[half:])
	default:
		w.WriteHeader(a.status)
		_, _ = w.Write(body)
	}
}

// cut ends the connection as a crash would: with a reset where there is a
// connection to reset.
func cut(w http.ResponseWriter) {
	rc := http.NewResponseController(w)
	_ = rc.Flush()
	if conn, _, err := rc.Hijack(); err == nil {
		if tcp, is := conn.(*net.TCPConn); is {
			_ = tcp.SetLinger(0)
		}
		_ = conn.Close()
		return
	}
	panic(http.ErrAbortHandler)
}

func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// ParseFault reads a fault from words joined by commas, such as
// "operation=ServiceUpdate,nth=2,status=500,after" or
// "method=GET,times=-1,latency=300ms".
func ParseFault(text string) (Fault, error) {
	var f Fault
	for word := range strings.SplitSeq(text, ",") {
		key, value, _ := strings.Cut(strings.TrimSpace(word), "=")
		var err error
		switch key {
		case "operation":
			f.Operation = value
		case "method":
			f.Method = strings.ToUpper(value)
		case "path":
			f.Path = value
		case "nth":
			f.Nth, err = strconv.Atoi(value)
		case "times":
			f.Times, err = strconv.Atoi(value)
		case "status":
			f.Status, err = strconv.Atoi(value)
			if err == nil && (f.Status < 400 || f.Status > 599) {
				err = fmt.Errorf("want 400 to 599")
			}
		case "retry-after":
			f.RetryAfter, err = strconv.Atoi(value)
		case "latency":
			f.Latency, err = time.ParseDuration(value)
		case "slow":
			f.Slow, err = time.ParseDuration(value)
		case "after":
			f.After = true
		case "reset":
			f.Reset = true
		case "truncate":
			f.Truncate = true
		default:
			err = fmt.Errorf("want one of operation, method, path, nth, times, status, retry-after, latency, slow, after, reset, truncate")
		}
		if err != nil {
			return Fault{}, fmt.Errorf("fault %q: %s: %w", text, key, err)
		}
	}
	if f.Operation != "" && !knownOperation(f.Operation) {
		return Fault{}, fmt.Errorf("fault %q: the sandbox has no operation %s", text, f.Operation)
	}
	return f, nil
}

func knownOperation(id string) bool {
	for _, op := range operations() {
		if op.id == id {
			return true
		}
	}
	return false
}

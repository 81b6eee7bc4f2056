package aivenapi

import (
	"context"
	"net/http"
	"sync"
)

// limiter bounds the requests under way. It adapts as TCP does: a 429 halves
// the limit, a window of good answers raises it by one.
type limiter struct {
	mu      sync.Mutex
	limit   int
	most    int
	flying  int
	good    int
	waiting []chan struct{}
}

func newLimiter(most int) *limiter { return &limiter{limit: most, most: most} }

func (l *limiter) acquire(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	if l.flying < l.limit {
		l.flying++
		l.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	l.waiting = append(l.waiting, turn)
	l.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
		l.mu.Lock()
		defer l.mu.Unlock()
		for i, w := range l.waiting {
			if w == turn {
				l.waiting = append(l.waiting[:i], l.waiting[i+1:]...)
				return ctx.Err()
			}
		}
		// The turn came at the same moment: hand it on.
		l.flying--
		l.admit()
		return ctx.Err()
	}
}

func (l *limiter) release(status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.flying--
	if status == http.StatusTooManyRequests {
		l.limit, l.good = max(1, l.limit/2), 0
	} else if l.good++; l.good >= l.limit && l.limit < l.most {
		l.limit, l.good = l.limit+1, 0
	}
	l.admit()
}

// admit gives free places to those who wait, first come first served.
func (l *limiter) admit() {
	for l.flying < l.limit && len(l.waiting) > 0 {
		l.flying++
		close(l.waiting[0])
		l.waiting = l.waiting[1:]
	}
}

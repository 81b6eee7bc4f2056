package sandbox

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Server is a sandbox on a port.
type Server struct {
	// URL is the server's address without a trailing slash and without /v1:
	// what AIVEN_WEB_URL wants.
	URL string

	http *http.Server
	done chan error
}

// Listen serves the sandbox over HTTP on addr, such as "127.0.0.1:0".
func (s *Sandbox) Listen(addr string) (*Server, error) {
	return Serve(s, addr)
}

// Serve puts any handler, such as a sandbox inside a middleware, on addr.
func Serve(h http.Handler, addr string) (*Server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	srv := &Server{
		URL:  "http://" + l.Addr().String(),
		http: &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second},
		done: make(chan error, 1),
	}
	go func() { srv.done <- srv.http.Serve(l) }()
	return srv, nil
}

// Close stops the server; answers under way get 100 ms to finish.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = s.http.Close()
	}
	if served := <-s.done; !errors.Is(served, http.ErrServerClosed) {
		return served
	}
	return err
}

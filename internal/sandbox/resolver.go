package sandbox

import (
	"context"
	"net"
	"slices"
	"strings"
	"sync"
)

// records is what the sandbox's own name servers and web servers hold.
type records struct {
	mu    sync.Mutex
	txt   map[string][]string
	files map[string]string
}

func newRecords() *records {
	return &records{txt: map[string][]string{}, files: map[string]string{}}
}

func canonicalName(name string) string {
	return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(name), "."))
}

// PublishTXT puts a TXT record into the sandbox's DNS.
func (s *Sandbox) PublishTXT(name, value string) {
	s.dns.mu.Lock()
	defer s.dns.mu.Unlock()
	name = canonicalName(name)
	if !slices.Contains(s.dns.txt[name], value) {
		s.dns.txt[name] = append(s.dns.txt[name], value)
	}
}

// PublishFile puts a file on the sandbox's web.
func (s *Sandbox) PublishFile(url, content string) {
	s.dns.mu.Lock()
	defer s.dns.mu.Unlock()
	s.dns.files[url] = content
}

// LookupTXT answers as net.Resolver.LookupTXT does, from what was published.
func (s *Sandbox) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.dns.mu.Lock()
	defer s.dns.mu.Unlock()
	values := s.dns.txt[canonicalName(name)]
	if len(values) == 0 {
		return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
	}
	return slices.Clone(values), nil
}

// LookupFile reads a published file; found is false when there is none.
func (s *Sandbox) LookupFile(ctx context.Context, url string) (content string, found bool, err error) {
	if err := ctx.Err(); err != nil {
		return "", false, err
	}
	s.dns.mu.Lock()
	defer s.dns.mu.Unlock()
	content, found = s.dns.files[url]
	return content, found, nil
}

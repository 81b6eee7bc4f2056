package sandbox

import (
	"encoding/json"
	"io"
	"net/http"
)

// ResolverPath is where a sandbox on a port keeps its DNS and web records.
// It is no part of Aiven's API and is not in the request log.
//
//	GET  ?txt=NAME            {"values": ["..."]}, 404 when there are none
//	GET  ?file=URL            {"content": "..."}, 404 when there is none
//	POST {"txt": NAME, "value": VALUE} or {"file": URL, "content": CONTENT}
const ResolverPath = "/_sandbox/resolver"

func (s *Sandbox) serveResolver(w http.ResponseWriter, r *http.Request) {
	answerJSON := func(status int, body any) {
		send(w, answer{status: status, body: body})
	}
	switch r.Method {
	case http.MethodGet:
		if name := r.URL.Query().Get("txt"); name != "" {
			if values, err := s.LookupTXT(r.Context(), name); err == nil {
				answerJSON(http.StatusOK, obj{"values": values})
				return
			}
		}
		if content, found, err := s.LookupFile(r.Context(), r.URL.Query().Get("file")); err == nil && found {
			answerJSON(http.StatusOK, obj{"content": content})
			return
		}
		send(w, notFound("", "No such record"))
	case http.MethodPost:
		var in struct{ TXT, Value, File, Content string }
		err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&in)
		switch {
		case err == nil && in.TXT != "" && in.Value != "":
			s.PublishTXT(in.TXT, in.Value)
		case err == nil && in.File != "":
			s.PublishFile(in.File, in.Content)
		default:
			send(w, invalid("Want txt and value, or file and content"))
			return
		}
		answerJSON(http.StatusOK, obj{"message": "published"})
	default:
		send(w, refuse(http.StatusMethodNotAllowed, "", "Method not allowed"))
	}
}

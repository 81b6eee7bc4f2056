package aivenapi

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// masked stands where a secret was.
const masked = "••••••"

var (
	uriSecret = regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@"']*:)[^\s/@"']+@`)
	pemBlock  = regexp.MustCompile(`(?s)-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----.*?(-----END [A-Z0-9 ]*-----|$)`)
	scheme    = regexp.MustCompile(`(?i)\b(aivenv1|bearer)\s+[^\s"']+`)
	service   = regexp.MustCompile(`AVNS_[A-Za-z0-9_-]+`)
	jsonField = regexp.MustCompile(`"([A-Za-z0-9_]+)"\s*:\s*"((?:[^"\\]|\\.)*)"`)
)

// secretKeys are the fields that hold secrets wherever they stand.
var secretKeys = map[string]bool{
	"full_token": true, "token": true, "access_token": true, "refresh_token": true, "password": true,
	"new_password": true, "old_password": true, "access_key": true, "access_cert": true, "secret": true,
	"client_secret": true, "secret_key": true, "private_key": true, "service_uri": true, "connection_uri": true,
	"auth_token": true, "api_key": true, "otp": true, "scim_token": true,
}

func secretKey(k string) bool {
	k = strings.ToLower(k)
	return secretKeys[k] || strings.HasSuffix(k, "_password") || strings.HasSuffix(k, "_secret") || strings.HasSuffix(k, "_private_key")
}

// Mask hides tokens, passwords, service URIs and keys in text or JSON that is
// to be shown or logged. Valid JSON stays valid, with its layout.
func Mask(s string) string {
	if trimmed := strings.TrimSpace(s); json.Valid([]byte(trimmed)) && trimmed != "" && (trimmed[0] == '{' || trimmed[0] == '[') {
		return maskJSON(s)
	}
	return maskText(jsonField.ReplaceAllStringFunc(s, func(m string) string {
		parts := jsonField.FindStringSubmatch(m)
		if !secretKey(parts[1]) {
			return m
		}
		return `"` + parts[1] + `":"` + masked + `"`
	}))
}

func maskText(s string) string {
	s = pemBlock.ReplaceAllString(s, masked)
	s = uriSecret.ReplaceAllString(s, "${1}"+masked+"@")
	s = scheme.ReplaceAllString(s, "${1} "+masked)
	return service.ReplaceAllString(s, masked)
}

// maskJSON walks the tokens and replaces the values of secret fields, leaving
// every other byte as it is.
func maskJSON(s string) string {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var out bytes.Buffer
	last := 0
	type level struct {
		object bool
		key    string
		atKey  bool
		secret bool
	}
	var stack []level
	for {
		before := int(d.InputOffset())
		tok, err := d.Token()
		if err != nil {
			break
		}
		end := int(d.InputOffset())
		top := len(stack) - 1
		if delim, ok := tok.(json.Delim); ok {
			switch delim {
			case '{', '[':
				inside := top >= 0 && (stack[top].secret || stack[top].object && secretKey(stack[top].key))
				stack = append(stack, level{object: delim == '{', atKey: delim == '{', secret: inside})
			default:
				stack = stack[:top]
				if top--; top >= 0 && stack[top].object {
					stack[top].atKey = true
				}
			}
			continue
		}
		if top < 0 {
			break
		}
		if stack[top].object && stack[top].atKey {
			stack[top].key, _ = tok.(string)
			stack[top].atKey = false
			continue
		}
		hide := stack[top].secret || stack[top].object && secretKey(stack[top].key)
		if text, ok := tok.(string); ok {
			value := text
			if hide {
				value = masked
			} else {
				value = maskText(text)
			}
			if value != text {
				start := before + strings.IndexByte(s[before:end], '"')
				quoted, _ := json.Marshal(value)
				out.WriteString(s[last:start])
				out.Write(quoted)
				last = end
			}
		}
		if stack[top].object {
			stack[top].atKey = true
		}
	}
	out.WriteString(s[last:])
	return out.String()
}

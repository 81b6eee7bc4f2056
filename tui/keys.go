package tui

import tea "charm.land/bubbletea/v2"

// binding is one key and what it does, for the footer and the help.
type binding struct{ key, says string }

// everywhere are the keys that every screen has.
var everywhere = []binding{
	{"?", "help"}, {"esc", "back, or cancel what is under way"}, {"q", "leave"}, {"ctrl+c", "leave at once"},
}

// pager moves through lines or rows.
type pager struct{ at, top int }

// press handles the keys that move; n rows, h of them visible.
func (p *pager) press(k string, n, h int) bool {
	switch k {
	case "j", "down":
		p.at++
	case "k", "up":
		p.at--
	case "pgdown", "ctrl+d":
		p.at += max(1, h-1)
	case "pgup", "ctrl+u":
		p.at -= max(1, h-1)
	case "g", "home":
		p.at = 0
	case "G", "shift+g", "end":
		p.at = n - 1
	default:
		return false
	}
	p.keep(n, h)
	return true
}

// keep holds the cursor within the rows and in sight.
func (p *pager) keep(n, h int) {
	p.at = max(0, min(p.at, n-1))
	if p.at < p.top {
		p.top = p.at
	}
	if h > 0 && p.at >= p.top+h {
		p.top = p.at - h + 1
	}
	p.top = max(0, min(p.top, max(0, n-h)))
}

// scroll moves a text of n lines by whole lines; at is the first line shown.
func (p *pager) scroll(k string, n, h int) bool {
	most := max(0, n-h)
	switch k {
	case "j", "down":
		p.at++
	case "k", "up":
		p.at--
	case "pgdown", "space", "ctrl+d":
		p.at += max(1, h-1)
	case "pgup", "ctrl+u":
		p.at -= max(1, h-1)
	case "g", "home":
		p.at = 0
	case "G", "shift+g", "end":
		p.at = most
	default:
		return false
	}
	p.at = max(0, min(p.at, most))
	return true
}

// shown is the part of lines that is in sight.
func (p *pager) shown(lines []string, h int) []string {
	p.at = max(0, min(p.at, max(0, len(lines)-h)))
	return lines[p.at:min(len(lines), p.at+h)]
}

func name(msg tea.Msg) string {
	if k, ok := msg.(tea.KeyPressMsg); ok {
		return k.String()
	}
	if w, ok := msg.(tea.MouseWheelMsg); ok {
		if w.Button == tea.MouseWheelUp {
			return "up"
		}
		return "down"
	}
	return ""
}

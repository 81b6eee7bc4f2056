package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"avn-harden/internal/organization"
)

// accessScreen is who can do what where, and through which grant.
type accessScreen struct {
	org      *organization.Organization
	people   []accessOf
	listed   []int // people that match the search
	p        pager
	search   string
	searches bool
}

// accessOf is one person or application with what they can do.
type accessOf struct {
	name, kind string
	super      bool
	access     []organization.Access
}

func newAccess(m *Model) *accessScreen {
	o := m.s.Organization()
	a := &accessScreen{org: o}
	held := map[organization.Text][]organization.Access{}
	for _, p := range organization.ByPerson(o.EffectiveAccess()) {
		held[p.UserID] = p.Access
	}
	apps := map[organization.Text]string{}
	for _, u := range o.AppUsers {
		apps[u.ID] = u.Name.String()
	}
	for _, u := range o.Users {
		x := accessOf{name: u.Email.String(), kind: "person", super: u.IsSuperAdmin, access: held[u.ID]}
		if name, ok := apps[u.ID]; ok {
			x.name, x.kind = name, "application user"
		}
		if !u.State.Empty() && !u.State.Is("active") {
			x.kind += ", " + u.State.String()
		}
		a.people = append(a.people, x)
	}
	a.match()
	return a
}

func (a *accessScreen) match() {
	a.listed = nil
	for i, p := range a.people {
		if a.search == "" || strings.Contains(strings.ToLower(p.name), strings.ToLower(a.search)) || a.mentions(p) {
			a.listed = append(a.listed, i)
		}
	}
	a.p = pager{}
}

// mentions lets the search find who holds a permission or reaches a resource.
func (a *accessScreen) mentions(p accessOf) bool {
	for _, x := range p.access {
		if strings.Contains(strings.ToLower(x.Permission.String()+" "+x.ResourceID.String()), strings.ToLower(a.search)) {
			return true
		}
	}
	return false
}

func (a *accessScreen) typing() bool { return a.searches }

func (a *accessScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	if a.searches {
		return a.typeSearch(msg)
	}
	switch k := name(msg); k {
	case "esc":
		m.pop()
	case "/":
		a.searches = true
	case "enter":
		if a.p.at < len(a.listed) {
			return m.push(&personScreen{org: a.org, who: a.people[a.listed[a.p.at]]})
		}
	default:
		a.p.press(k, len(a.listed), m.h-10)
	}
	return nil
}

func (a *accessScreen) typeSearch(msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch s := k.String(); {
	case s == "enter":
		a.searches = false
	case s == "esc":
		a.searches, a.search = false, ""
	case s == "backspace":
		if r := []rune(a.search); len(r) > 0 {
			a.search = string(r[:len(r)-1])
		}
	case k.Text != "":
		a.search += k.Text
	}
	a.match()
	return nil
}

// incomplete says what could not be read of what access is made from.
func (a *accessScreen) incomplete() string {
	for _, p := range []organization.Part{organization.PartUsers, organization.PartGroups, organization.PartPermissions, organization.PartUnits, organization.PartProjects} {
		if !a.org.Status(p).Complete() {
			return fmt.Sprintf("Not all %s could be read: there may be more access than this.", p)
		}
	}
	return ""
}

func (a *accessScreen) View(m *Model, w, rows int) string {
	out := []string{m.st.title.Render("Who can do what where"), m.st.dim.Render("Through grants, groups, and what is inherited from units and the organization.")}
	if why := a.incomplete(); why != "" {
		out = append(out, m.st.warn.Render(m.fit(why, w, 0)))
	}
	if a.searches {
		out = append(out, "/"+a.search+"_", "")
	} else {
		out = append(out, m.st.dim.Render(plural(len(a.listed), "account")+quoted(a.search)), "")
	}
	visible := max(1, rows-len(out))
	a.p.keep(len(a.listed), visible)
	for i := a.p.top; i < min(len(a.listed), a.p.top+visible); i++ {
		p := a.people[a.listed[i]]
		line := m.fit(fmt.Sprintf("  %-40s %s", m.fit(p.name, 40, 0), p.summary()), w, 0)
		if i == a.p.at {
			line = m.st.cursor.Render(m.g.cursor + line[1:])
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// summary is what somebody can do, in a few words.
func (p accessOf) summary() string {
	if p.super {
		return "super admin: everything"
	}
	if len(p.access) == 0 {
		return "nothing"
	}
	seen := map[string]bool{}
	var words []string
	resources := map[[2]organization.Text]bool{}
	for _, x := range p.access {
		resources[[2]organization.Text{x.ResourceType, x.ResourceID}] = true
		if s := x.Permission.String(); !seen[s] {
			seen[s] = true
			words = append(words, s)
		}
	}
	const most = 3
	if len(words) > most {
		words = append(words[:most], fmt.Sprintf("and %d more", len(words)-most))
	}
	return fmt.Sprintf("%s on %s", strings.Join(words, ", "), plural(len(resources), "resource"))
}

func (*accessScreen) Help() []binding {
	return []binding{{"enter", "look"}, {"/", "search names, permissions, projects"}, {"esc", "back"}}
}

// personScreen is what one person can do, resource by resource.
type personScreen struct {
	org *organization.Organization
	who accessOf
	p   pager
}

func (s *personScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	switch k := name(msg); k {
	case "esc", "enter", "h", "left":
		m.pop()
	default:
		s.p.scroll(k, len(s.lines(m, m.w)), m.h-4)
	}
	return nil
}

func (s *personScreen) lines(m *Model, w int) []string {
	out := []string{m.st.title.Render(m.fit(s.who.name, w, 0)), m.st.dim.Render(s.who.kind), ""}
	if s.who.super {
		out = append(append(out, wrap("Super admin: can do everything, in every unit and project.", w)...), "")
	}
	if len(s.who.access) == 0 {
		return append(out, "Holds nothing.")
	}
	last := ""
	for _, a := range s.who.access {
		if a.Permission.Is(organization.SuperAdmin) {
			continue
		}
		if at := s.resource(a); at != last {
			out = append(out, m.st.bold.Render(m.fit(at, w, 0)))
			last = at
		}
		out = append(out, indented(fmt.Sprintf("%s: %s", a.Permission, strings.Join(a.Via, "; ")), w, 2)...)
	}
	return out
}

// resource names what a permission is on.
func (s *personScreen) resource(a organization.Access) string {
	switch {
	case a.ResourceType.Is("organization"):
		return "The organization"
	case a.ResourceType.Is("project"):
		return "Project " + a.ResourceID.String()
	}
	for _, u := range s.org.Units {
		if u.ID == a.ResourceID {
			return "Unit " + u.Name.String()
		}
	}
	return a.ResourceType.String() + " " + a.ResourceID.String()
}

func (s *personScreen) View(m *Model, w, h int) string {
	return strings.Join(s.p.shown(s.lines(m, w), h), "\n")
}

func (*personScreen) Help() []binding {
	return []binding{{"esc", "back"}, {"j/k", "scroll"}}
}

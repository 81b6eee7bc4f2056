package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
)

// Columns from which the stepper stands at the side, and the detail beside the list.
const (
	sideWidth   = 150
	detailWidth = 110
	stepperCols = 38
)

// walkScreen is the walk: the stepper and the page of one step.
type walkScreen struct {
	step     int
	all      bool // the list is over all steps
	p        pager
	filter   filter
	search   string
	searches bool // the search is being typed
	chosen   map[string]bool
	rows     []row
	height   int // rows in sight, as last drawn
}

func newWalk(m *Model) *walkScreen {
	w := &walkScreen{chosen: map[string]bool{}, height: 10}
	for i, s := range m.s.Report().Steps {
		if sign, _, _ := m.tally(s); sign == m.g.fail || sign == m.g.unknown {
			w.step = i
			break
		}
	}
	w.refresh(m)
	return w
}

// refresh lists the rows anew after a reading or a change of filter.
func (w *walkScreen) refresh(m *Model) {
	step := w.step
	if w.all {
		step = -1
	}
	w.rows = rowsOf(m.s.Report(), step, w.filter, w.search)
	present := map[string]bool{}
	for _, r := range rowsOf(m.s.Report(), -1, showAll, "") {
		if r.finding != nil {
			present[r.finding.Key()] = true
		}
	}
	for k := range w.chosen {
		if !present[k] {
			delete(w.chosen, k)
		}
	}
	w.p.keep(len(w.rows), w.height)
}

func (w *walkScreen) typing() bool { return w.searches }

func (w *walkScreen) current() *row {
	if w.p.at < 0 || w.p.at >= len(w.rows) {
		return nil
	}
	return &w.rows[w.p.at]
}

func (w *walkScreen) jump(m *Model, step int) {
	if n := len(m.s.Report().Steps); n > 0 {
		w.step, w.all, w.p = (step+n)%n, false, pager{}
		w.refresh(m)
	}
}

func (w *walkScreen) Update(m *Model, msg tea.Msg) tea.Cmd {
	if click, ok := msg.(tea.MouseClickMsg); ok {
		w.click(m, click.Mouse())
		return nil
	}
	if w.searches {
		return w.typeSearch(m, msg)
	}
	k := name(msg)
	switch k {
	case "tab", "l", "right":
		w.jump(m, w.step+1)
	case "shift+tab", "h", "left":
		w.jump(m, w.step-1)
	case "1", "2", "3", "4", "5", "6", "7", "8", "9":
		w.jump(m, int(k[0]-'1'))
	case "0":
		w.jump(m, 9)
	case "/":
		w.searches = true
	case "f":
		w.filter = (w.filter + 1) % filters
		w.p = pager{}
		w.refresh(m)
	case "A", "shift+a":
		w.all = !w.all
		w.p = pager{}
		w.refresh(m)
	case "esc":
		w.search, w.filter, w.all, w.chosen = "", showAll, false, map[string]bool{}
		w.refresh(m)
	case "space":
		if r := w.current(); r != nil && r.finding != nil {
			w.toggle(r.finding.Key())
			w.p.press("down", len(w.rows), w.height)
		}
	case "a":
		w.chooseAll()
	case "enter":
		if r := w.current(); r != nil {
			return m.push(&detailScreen{check: r.check, finding: r.finding})
		}
	case "F", "shift+f", "x":
		return w.fix(m)
	default:
		if cmd, ok := w.elsewhere(m, k); ok {
			return cmd
		}
		w.p.press(k, len(w.rows), w.height)
	}
	return nil
}

// elsewhere are the keys that leave the list.
func (w *walkScreen) elsewhere(m *Model, k string) (tea.Cmd, bool) {
	r := w.current()
	switch k {
	case "r":
		s := newScan("")
		s.again = true
		return m.push(s), true
	case "S", "shift+s":
		return m.push(&summaryScreen{}), true
	case "H", "shift+h":
		return m.push(&historyScreen{}), true
	case "U", "shift+u":
		return m.push(&underwayScreen{}), true
	case "E", "shift+e":
		return m.push(newAccess(m)), true
	case "w":
		if r != nil && r.finding != nil {
			return m.push(newWaive(m, *r.finding)), true
		}
		return nil, true
	case "t":
		if r != nil {
			return attest(m, r.check, r.finding), true
		}
		return nil, true
	case "o", "y":
		if r != nil {
			return docsLink(m, k, r.check.Check.Docs), true
		}
		return nil, true
	}
	return nil, false
}

func (w *walkScreen) typeSearch(m *Model, msg tea.Msg) tea.Cmd {
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	switch s := k.String(); {
	case s == "enter":
		w.searches = false
	case s == "esc":
		w.searches, w.search = false, ""
	case s == "backspace":
		if r := []rune(w.search); len(r) > 0 {
			w.search = string(r[:len(r)-1])
		}
	case k.Text != "":
		w.search += k.Text
	}
	w.p = pager{}
	w.refresh(m)
	return nil
}

func (w *walkScreen) toggle(key string) {
	if w.chosen[key] {
		delete(w.chosen, key)
		return
	}
	w.chosen[key] = true
}

// chooseAll chooses all findings in the list, or none if all are.
func (w *walkScreen) chooseAll() {
	all := true
	for _, r := range w.rows {
		if r.finding != nil && !w.chosen[r.finding.Key()] {
			all = false
			w.chosen[r.finding.Key()] = true
		}
	}
	if all {
		w.chosen = map[string]bool{}
	}
}

// fix begins fixing what is chosen, or else the row under the cursor.
func (w *walkScreen) fix(m *Model) tea.Cmd {
	var picked []row
	for _, r := range rowsOf(m.s.Report(), -1, showAll, "") {
		if r.finding != nil && w.chosen[r.finding.Key()] {
			picked = append(picked, r)
		}
	}
	if r := w.current(); len(picked) == 0 && r != nil {
		if r.finding != nil {
			picked = []row{*r}
		} else {
			for i := range r.check.Findings {
				picked = append(picked, row{r.step, r.check, &r.check.Findings[i]})
			}
		}
	}
	if len(picked) == 0 {
		if r := w.current(); r != nil {
			return sayMore(m, r.check)
		}
		m.flash = "There is nothing to fix here."
		return nil
	}
	return startFlow(m, picked)
}

// click moves the cursor to what was clicked.
func (w *walkScreen) click(m *Model, at tea.Mouse) {
	y := at.Y - 2 // below the header
	if m.w >= sideWidth && at.X < stepperCols {
		// Below a blank line, two lines a step.
		if i := (y - 1) / 2; y >= 1 && i < len(m.s.Report().Steps) {
			w.jump(m, i)
		}
		return
	}
	first := m.h - 4 - w.height
	if i := y - first + w.p.top; i >= 0 && i < len(w.rows) {
		w.p.at = i
	}
}

func (w *walkScreen) View(m *Model, cols, h int) string {
	bar := m.st.dim.Render(m.g.bar)
	if m.w >= sideWidth {
		return m.beside(w.stepper(m), w.listAndDetail(m, cols-stepperCols, h), stepperCols-2, h, bar)
	}
	strip := w.strip(m, cols)
	h -= lipgloss.Height(strip)
	if m.w >= detailWidth {
		return strip + "\n" + w.listAndDetail(m, cols, h)
	}
	return strip + "\n" + w.page(m, cols, h)
}

// listAndDetail draws the list, and beside it the row under the cursor.
func (w *walkScreen) listAndDetail(m *Model, cols, h int) string {
	list := cols * 55 / 100
	return m.beside(w.page(m, list, h), w.detail(m, cols-list-3), list, h, m.st.dim.Render(m.g.bar))
}

// beside joins two blocks with a bar between.
func (m *Model) beside(a, b string, w, h int, bar string) string {
	left, right := strings.Split(m.fit(a, w, h), "\n"), strings.Split(m.fit(b, 1000, h), "\n")
	for i := range left {
		left[i] += strings.Repeat(" ", max(0, w-lipgloss.Width(left[i]))) + " " + bar + " " + right[i]
	}
	return strings.Join(left, "\n")
}

// stepper is the list of steps at the side.
func (w *walkScreen) stepper(m *Model) string {
	out := []string{""}
	for i, s := range m.s.Report().Steps {
		sign, text, look := m.tally(s)
		line := fmt.Sprintf("%s %2d %s", sign, i+1, s.Step.Title)
		if i == w.step && !w.all {
			out = append(out, m.st.cursor.Render(m.fit(line, stepperCols-2, 0)))
		} else {
			out = append(out, look.Render(m.fit(line, stepperCols-2, 0)))
		}
		out = append(out, m.st.dim.Render("     "+text))
	}
	return strings.Join(out, "\n")
}

// strip is the stepper in one or two lines, for narrow screens.
func (w *walkScreen) strip(m *Model, cols int) string {
	var out []string
	for i, s := range m.s.Report().Steps {
		sign, _, look := m.tally(s)
		item := fmt.Sprintf("%d%s", i+1, sign)
		if i == w.step && !w.all {
			out = append(out, m.st.cursor.Render("["+item+"]"))
		} else {
			out = append(out, look.Render(" "+item+" "))
		}
	}
	return m.fit("Steps "+strings.Join(out, " "), cols, 1)
}

// page is the step's own page: what it asks, and the list.
func (w *walkScreen) page(m *Model, cols, h int) string {
	if len(m.s.Report().Steps) == 0 {
		return "The checklist has no steps."
	}
	s := m.s.Report().Steps[w.step]
	var out []string
	if w.all {
		out = append(out, m.st.bold.Render("All steps"))
	} else {
		_, text, look := m.tally(s)
		out = append(out, m.st.title.Render(fmt.Sprintf("%d. %s", w.step+1, s.Step.Title))+"  "+look.Render(text))
		asks := wrap(s.Step.Asks, cols-1)
		out = append(out, asks[:min(len(asks), max(2, h/6))]...)
	}
	out = append(out, w.state(m), "")
	w.height = max(1, h-len(out))
	w.p.keep(len(w.rows), w.height)
	switch {
	case len(s.Checks) == 0 && !w.all:
		out = append(out, wrap("This step has no checks yet. It is not looked at, and not done.", cols)...)
	case len(w.rows) == 0:
		out = append(out, wrap(fmt.Sprintf("Nothing matches (showing %s%s). esc shows everything again.", w.filter, quoted(w.search)), cols)...)
	}
	for i := w.p.top; i < min(len(w.rows), w.p.top+w.height); i++ {
		r := w.rows[i]
		out = append(out, m.row(r, r.finding != nil && w.chosen[r.finding.Key()], i == w.p.at, cols))
	}
	return strings.Join(out, "\n")
}

// state is the line above the list: search, filter, how many are chosen.
func (w *walkScreen) state(m *Model) string {
	if w.searches {
		return "/" + w.search + "_"
	}
	parts := []string{"Showing " + w.filter.String() + quoted(w.search)}
	if n := len(w.chosen); n > 0 {
		parts = append(parts, fmt.Sprintf("%d chosen, F fixes them together", n))
	}
	return m.st.dim.Render(strings.Join(parts, " "+m.g.bullet+" "))
}

func quoted(search string) string {
	if search == "" {
		return ""
	}
	return fmt.Sprintf(" with %q", search)
}

// detail is the right-hand side of wide screens.
func (w *walkScreen) detail(m *Model, cols int) string {
	r := w.current()
	if r == nil {
		return ""
	}
	return strings.Join(detailLines(m, r.check, r.finding, cols), "\n")
}

func (w *walkScreen) Help() []binding {
	if w.searches {
		return []binding{{"enter", "keep the search"}, {"esc", "clear it"}}
	}
	return []binding{
		{"enter", "look"}, {"F", "fix"}, {"space", "choose"}, {"tab", "next step"}, {"/", "search"}, {"f", "filter"},
		{"S", "summary"}, {"H", "history"}, {"U", "under way"}, {"E", "who can do what"}, {"a", "choose all"}, {"A", "all steps"}, {"w", "waive"}, {"t", "attest"}, {"r", "read again"},
		{"1-9,0", "go to step"}, {"j/k", "move"}, {"o/y", "open or copy the docs link"},
	}
}

package tui

import (
	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"
)

// formTheme dresses the forms like the rest. The library's own themes tell the
// answer to a yes-or-no question by its background alone, which NO_COLOR takes
// away, and write light grey on light.
func (m *Model) formTheme(bool) *huh.Styles {
	t := huh.ThemeBase(m.st.dark)
	bar := lipgloss.ThickBorder()
	if m.o.ASCII {
		bar.Left = m.g.bar
	}
	f := &t.Focused
	f.Base = m.st.dim.PaddingLeft(1).BorderStyle(bar).BorderLeft(true).UnsetForeground().BorderForeground(m.st.dim.GetForeground())
	f.Card = f.Base
	f.Title, f.NoteTitle = m.st.bold, m.st.bold
	f.Description = m.st.dim
	f.ErrorIndicator = m.st.bad.SetString(" *")
	f.ErrorMessage = m.st.bad.SetString(" *")
	f.SelectSelector = m.st.accent.SetString("> ")
	f.MultiSelectSelector = m.st.accent.SetString("> ")
	f.NextIndicator = m.st.accent.MarginLeft(1).SetString(">")
	f.PrevIndicator = m.st.accent.MarginRight(1).SetString("<")
	f.SelectedOption = m.st.good
	f.SelectedPrefix = m.st.good.SetString("[x] ")
	f.UnselectedPrefix = lipgloss.NewStyle().SetString("[ ] ")
	button := lipgloss.NewStyle().Padding(0, 2, 0, 1)
	f.FocusedButton = button.Bold(true).Reverse(true).SetString(">")
	f.BlurredButton = button.SetString(" ")
	f.Next = f.FocusedButton
	f.TextInput.Prompt = m.st.accent
	f.TextInput.Placeholder = m.st.dim

	t.Blurred = t.Focused
	t.Blurred.Base = t.Focused.Base.BorderStyle(lipgloss.HiddenBorder())
	t.Blurred.Card = t.Blurred.Base
	t.Group.Title, t.Group.Description = m.st.bold, m.st.dim
	return t
}

package sandbox

import "testing"

func TestPracticeFileHasNoMistake(t *testing.T) {
	if _, err := ParseSeed("practice.yaml", practiceYAML); err != nil {
		t.Fatal(err)
	}
}

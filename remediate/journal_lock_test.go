package remediate

import (
	"sync"
	"testing"
	"time"
)

// Several processes write at once: no record is lost, no id given twice.
func TestJournalLock(t *testing.T) {
	dir := t.TempDir()
	const writers, each = 8, 12
	var wg sync.WaitGroup
	for range writers {
		j, err := OpenJournal(dir, "org1")
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			for range each {
				if _, err := j.begin(Entry{OrgID: "org1", Method: "PUT"}, time.Unix(0, 0)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	j, err := OpenJournal(dir, "org1")
	if err != nil {
		t.Fatal(err)
	}
	list, err := j.Entries()
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, e := range list {
		if e.Method == "" {
			t.Errorf("%s: a record was lost or an id given twice", e.ID)
		}
		ids[e.ID] = true
	}
	if len(ids) != writers*each {
		t.Errorf("%d different ids, want %d", len(ids), writers*each)
	}
}

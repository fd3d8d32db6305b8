// Package gokit holds small containers.
package gokit

import "errors"

// ErrEmpty is returned when there is nothing to take.
var ErrEmpty = errors.New("empty")

// Queue is first in, first out.
type Queue struct {
	items []int
	limit int
}

// NewQueue makes a queue that holds at most limit items; 0 means no limit.
func NewQueue(limit int) *Queue {
	return &Queue{limit: limit}
}

// Push appends an item and tells whether there was room.
func (q *Queue) Push(item int) bool {
	if q.limit > 0 && len(q.items) >= q.limit {
		return false
	}
	q.items = append(q.items, item)
	return true
}

// Pop takes the oldest item.
func (q *Queue) Pop() (int, error) {
	if len(q.items) == 0 {
		return 0, ErrEmpty
	}
	item := q.items[0]
	q.items = q.items[1:]
	return item, nil
}

// Len is the number of items.
func (q *Queue) Len() int { return len(q.items) }

// Sum adds all items up.
func (q *Queue) Sum() int {
	total := 0
	for i := 0; i < len(q.items); i++ {
		total += q.items[i]
	}
	return total
}

// Max is the largest item.
func (q *Queue) Max() (int, error) {
	if len(q.items) == 0 {
		return 0, ErrEmpty
	}
	best := q.items[0]
	for _, item := range q.items[1:] {
		if item > best {
			best = item
		}
	}
	return best, nil
}

// Drain takes items while keep says so.
func (q *Queue) Drain(keep func(int) bool) []int {
	var taken []int
	for q.Len() > 0 {
		if !keep(q.items[0]) {
			break
		}
		item, err := q.Pop()
		if err != nil {
			return taken
		}
		taken = append(taken, item)
	}
	return taken
}

package gokit

import (
	"errors"
	"reflect"
	"testing"
)

func TestOrder(t *testing.T) {
	q := NewQueue(0)
	for i := 1; i <= 3; i++ {
		if !q.Push(i) {
			t.Fatalf("Push(%d) refused", i)
		}
	}
	for want := 1; want <= 3; want++ {
		got, err := q.Pop()
		if err != nil || got != want {
			t.Errorf("Pop() = %d, %v, want %d", got, err, want)
		}
	}
}

func TestEmpty(t *testing.T) {
	q := NewQueue(1)
	if _, err := q.Pop(); !errors.Is(err, ErrEmpty) {
		t.Errorf("Pop() on an empty queue: got %v, want %v", err, ErrEmpty)
	}
	if _, err := q.Max(); !errors.Is(err, ErrEmpty) {
		t.Errorf("Max() on an empty queue: got %v, want %v", err, ErrEmpty)
	}
}

func TestLimit(t *testing.T) {
	q := NewQueue(2)
	tests := []struct {
		item int
		want bool
	}{{1, true}, {2, true}, {3, false}}
	for _, tt := range tests {
		if got := q.Push(tt.item); got != tt.want {
			t.Errorf("Push(%d) = %v, want %v", tt.item, got, tt.want)
		}
	}
	if q.Len() != 2 {
		t.Errorf("Len() = %d, want 2", q.Len())
	}
}

func TestSumAndMax(t *testing.T) {
	tests := map[string]struct {
		items    []int
		sum, max int
	}{
		"one":      {[]int{4}, 4, 4},
		"several":  {[]int{1, 5, 2}, 8, 5},
		"negative": {[]int{-3, -1}, -4, -1},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			q := NewQueue(0)
			for _, item := range tt.items {
				q.Push(item)
			}
			if got := q.Sum(); got != tt.sum {
				t.Errorf("Sum() = %d, want %d", got, tt.sum)
			}
			if got, _ := q.Max(); got != tt.max {
				t.Errorf("Max() = %d, want %d", got, tt.max)
			}
		})
	}
}

func TestDrain(t *testing.T) {
	q := NewQueue(0)
	for _, item := range []int{1, 2, 9, 3} {
		q.Push(item)
	}
	got := q.Drain(func(item int) bool { return item < 5 })
	if want := []int{1, 2}; !reflect.DeepEqual(got, want) {
		t.Errorf("Drain() = %v, want %v", got, want)
	}
	if q.Len() != 2 {
		t.Errorf("Len() after Drain = %d, want 2", q.Len())
	}
}

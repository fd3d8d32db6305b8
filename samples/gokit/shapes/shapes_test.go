package shapes_test

import (
	"testing"

	"example.com/gokit/shapes"
)

func TestArea(t *testing.T) {
	for _, tt := range []struct {
		rect shapes.Rect
		want int
	}{{shapes.Rect{W: 2, H: 3}, 6}, {shapes.Rect{W: 0, H: 3}, 0}, {shapes.Rect{W: -2, H: -3}, 0}} {
		if got := tt.rect.Area(); got != tt.want {
			t.Errorf("%v.Area() = %d, want %d", tt.rect, got, tt.want)
		}
	}
}

func TestContains(t *testing.T) {
	r := shapes.Rect{X: 1, Y: 1, W: 2, H: 2}
	for _, tt := range []struct {
		x, y int
		want bool
	}{{1, 1, true}, {2, 2, true}, {3, 1, false}, {1, 3, false}, {0, 1, false}, {1, 0, false}} {
		if got := r.Contains(tt.x, tt.y); got != tt.want {
			t.Errorf("Contains(%d, %d) = %v, want %v", tt.x, tt.y, got, tt.want)
		}
	}
}

func TestGrow(t *testing.T) {
	got, err := shapes.Rect{X: 1, Y: 2, W: 3, H: 4}.Grow(1)
	if want := (shapes.Rect{X: 0, Y: 1, W: 5, H: 6}); err != nil || got != want {
		t.Errorf("Grow(1) = %v, %v, want %v", got, err, want)
	}
	if _, err := (shapes.Rect{W: 1, H: 1}).Grow(-1); err == nil {
		t.Error("Grow(-1) gave no error")
	}
}

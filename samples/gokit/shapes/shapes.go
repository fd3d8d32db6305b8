// Package shapes measures shapes.
package shapes

import "fmt"

// Rect has its lower left corner at X, Y.
type Rect struct{ X, Y, W, H int }

// Area is never negative.
func (r Rect) Area() int {
	if r.W <= 0 || r.H <= 0 {
		return 0
	}
	return r.W * r.H
}

// Contains tells whether a point lies inside; the right and upper edge do not belong to the shape.
func (r Rect) Contains(x, y int) bool {
	return x >= r.X && x < r.X+r.W && y >= r.Y && y < r.Y+r.H
}

// Grow adds a margin on each side.
func (r Rect) Grow(margin int) (Rect, error) {
	grown := Rect{r.X - margin, r.Y - margin, r.W + 2*margin, r.H + 2*margin}
	if grown.W < 0 || grown.H < 0 {
		return Rect{}, fmt.Errorf("margin %d is too small", margin)
	}
	return grown, nil
}

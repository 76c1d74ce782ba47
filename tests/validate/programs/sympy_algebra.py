# sympy_algebra.py - polynomials expanded, factored, differentiated and integrated.
# needs: sympy
from sympy import Matrix, cos, diff, expand, factor, integrate, sin, symbols

x, y, z = symbols('x y z')
total = 0
for k in range(2, 5):
    total += len(str(factor(expand((x + y + z + k) ** 6)))) + len(str(diff(sin(x) ** k * cos(x * y), x, 3)))
    total += len(str(integrate(x ** k * sin(x), x))) + len(str(Matrix(4, 4, lambda i, j: x ** i + j * y + k).det()))
print(total)

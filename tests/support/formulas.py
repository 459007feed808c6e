"""Formulas of every kind."""

FORMULAS = (
    r"\mathrm{OR} = \frac{a/b}{c/d} = \frac{ad}{bc}",
    r"\chi^2(3) = 12.4",
    r"\bar{x} \pm 1.96\,\frac{s}{\sqrt{n}}",
    r"\sum_{i=1}^{n} w_i (y_i - \hat{\theta})^2",
    r"\log\left(\frac{p}{1-p}\right) = \beta_0 + \beta_1 x_1",
    r"95\%\text{ CI } [0.62, 0.91]",
    r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}",
    r"\begin{cases} 1 & x>0 \\ 0 & \text{otherwise}\end{cases}",
    r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
    r"\binom{n}{k} \tfrac12 \dfrac12",
    r"P(A \mid B) = \frac{P(B \mid A)\,P(A)}{P(B)}",
    r"x \sim N(\mu, \sigma^2)",
    r"\lim_{n\to\infty} \frac1n \displaystyle\int_0^1 f(x)\,dx",
)

WIDE_SUM = r"y = \alpha + " + " + ".join(rf"\beta_{{{number}}} x_{{{number}}}" for number in range(1, 16))
"""A formula that needs two lines and more."""

WIDE_ROOT = rf"\sqrt{{{WIDE_SUM}}}"
"""The same with no place at which it may be broken."""

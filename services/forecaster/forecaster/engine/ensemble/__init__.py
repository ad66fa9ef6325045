"""Which methods serve which series: judged by the backtest, blended, shrunk so that noise does not decide."""

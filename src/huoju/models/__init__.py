"""Models: what past panels teach about growth, risk, cash flow and repayment. Each explains itself."""

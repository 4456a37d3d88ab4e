"""huoju 火炬: from what is known of a company to a reference that a bank can lend on."""

"""What people did: the deliveries they brought, and what was decided about them."""

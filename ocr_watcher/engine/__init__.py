"""What reads a page: Baidu's service or the models on this machine, behind one circuit breaker."""

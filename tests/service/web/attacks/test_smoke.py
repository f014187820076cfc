def test_it(target):
    for t in ("/", "/health", "/metrics","/images","/nothing"):
        a = target.ask(target=t)
        print(t, a.status, a.headers, a.body[:100])
    assert 0

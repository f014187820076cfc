"""The metrics for Prometheus, in a file and at the address ``/metrics`` of the page.

`process_metrics` keeps them for the life of the process, over all reloads, and is the only module
that others need; the library is imported only where metrics are on. `facts` are what a pipeline
tells of itself, `counters` count its events, and `gauges` are read from the facts at each scrape.
`waits` remembers since when each image waits, `labels` bounds the values of labels, and `textfile`
writes the file for node_exporter.

The names follow https://prometheus.io/docs/practices/naming/. There are none of the library's
default metrics of the process: node_exporter has metrics of those names for itself, and refuses a
textfile that gives them again.
"""

"""The metrics for Prometheus, in a file and at the address ``/metrics`` of the page.

`process_metrics` keeps them for the life of the process, over all reloads. It is the only module
that others need, and imports the library only if metrics are on. `facts` are the facts of a
pipeline, `counters` count its events, and `gauges` are read from the facts at each scrape. `waits`
keeps the time since which each image waits, `labels` bounds the values of labels, and `textfile`
writes the file for node_exporter.

The names follow https://prometheus.io/docs/practices/naming/. The library's default metrics of the
process are left out, as node_exporter has metrics with these names, and refuses a textfile that has
them too.
"""

"""How a worker process lives, and the embedded stack that runs all parts on one machine.

`celery -A workers worker`, `celery -A workers beat` and `celery -A workers flower` find the app in
`workers.celery`.
"""

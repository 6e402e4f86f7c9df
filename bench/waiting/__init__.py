"""What waiting costs: calls to SageMaker and the delay until a task is woken, at 1 to 1,000 waiting training jobs.

Real: Airflow's triggerer and scheduler as processes, its metadata database, the triggers, and the local SageMaker with
its front, its records and its lists, in an account of 50,000 old jobs. Not real: the workers, as 1,000 task starts are
half an hour of processor time; the rows that a worker's deferral leaves are written by Airflow's own models instead.
Nor do the jobs run a program: each is made by CreateTrainingJob, and ends when the bench says so. Woken tasks stay in
a pool without slots.
"""

"""JupyterHub on one machine for many learners: what The Littlest JupyterHub reads beside its own settings.

Every kernel runs in a lane (tests/lane.py: a network, processes and /dev/shm of its own; see kernel.json), so that
everybody's server has the ports 8000 to 8002, as the lessons say. Such a kernel is reached by files, not by ports: ipc.
"""

c = get_config()  # noqa: F821
c.Spawner.args = ["--KernelManager.transport=ipc"]
c.Spawner.environment = {"JUPYTER_RUNTIME_DIR": lambda spawner: f"/tmp/jupyter-{spawner.user.name}"}  # a short path
c.Spawner.notebook_dir = "~/triton-course"
c.Spawner.default_url = "/lab/tree/notebooks"
c.Spawner.start_timeout = c.Spawner.http_timeout = 300  # everybody comes at once: 30 s were too few for 24 on 2 cores

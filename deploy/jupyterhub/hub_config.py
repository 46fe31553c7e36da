"""JupyterHub on one machine for many learners: what The Littlest JupyterHub reads besides its own settings.

Every kernel runs in a lane (tests/lane.py: with its own network, processes and /dev/shm; see kernel.json), so that
everyone's server has ports 8000 to 8002, as in the lessons. Such a kernel is reached through files (ipc), not ports.
"""

c = get_config()  # noqa: F821
c.Spawner.args = ["--KernelManager.transport=ipc"]
c.Spawner.environment = {"JUPYTER_RUNTIME_DIR": lambda spawner: f"/tmp/jupyter-{spawner.user.name}"}  # a short path
c.Spawner.notebook_dir = "~/triton-course"
c.Spawner.default_url = "/lab/tree/notebooks"
c.Spawner.start_timeout = c.Spawner.http_timeout = 300  # everyone comes at once: 30 s was too short for 24 on 2 cores

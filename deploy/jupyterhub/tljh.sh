#!/bin/bash
# The course for many learners on one machine, with The Littlest JupyterHub: sudo bash deploy/jupyterhub/tljh.sh ADMIN
# For a fresh Ubuntu 22.04 or newer. Run it in the project's folder, with the weights built (make build ARGS="--weights classroom").
# Run it again after the course has changed; learners who have already logged in keep the copy that they have.
set -euo pipefail
cd "$(dirname "$0")/../.."
admin=${1:?"usage: sudo bash deploy/jupyterhub/tljh.sh ADMIN (the name of the hub's administrator)"}
[ "$(id -u)" = 0 ] || { echo "This script installs a system service. Try: sudo bash $0 $admin" >&2; exit 1; }
[ -e model_repository/sentiment/1/model.pt ] || { echo "There are no weights. Try: make build ARGS='--weights classroom'" >&2; exit 1; }

# Lanes are user namespaces. Ubuntu 24.04 refuses them to all programs except those that it knows
if [ -e /proc/sys/kernel/apparmor_restrict_unprivileged_userns ]; then
    echo "kernel.apparmor_restrict_unprivileged_userns = 0" >/etc/sysctl.d/60-triton-course.conf
    sysctl --quiet --load /etc/sysctl.d/60-triton-course.conf
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends curl haproxy openssl prometheus python3 python3-dev util-linux
if [ ! -e /opt/tljh ]; then
    curl --fail --silent --show-error --location https://tljh.jupyter.org/bootstrap.py | python3 - --admin "$admin"
fi

# One copy that all run from, and one in everyone's home, which useradd fills from /etc/skel at the first login
for target in /srv/triton-course /etc/skel/triton-course; do
    mkdir -p "$target"
    tar --create --exclude=./.git --exclude='./.venv*' --exclude=./.build --exclude=__pycache__ --exclude='./.progress*' --exclude='./.env*' . | tar --extract --no-same-owner --directory="$target"
done
/opt/tljh/user/bin/python -m pip install --quiet --constraint constraints.txt --editable /srv/triton-course
kernel=/opt/tljh/user/share/jupyter/kernels/python3
mkdir -p "$kernel" && cp deploy/jupyterhub/kernel.json "$kernel/"
mkdir -p /opt/tljh/config/jupyterhub_config.d && cp deploy/jupyterhub/hub_config.py /opt/tljh/config/jupyterhub_config.d/triton_course.py
tljh-config set limits.memory 4G
tljh-config set services.cull.enabled False
tljh-config reload
echo "Done: http://$(hostname -I | cut -d' ' -f1)/ ; learners log in with a name and password of their choice."
echo "In a JupyterLab terminal of one learner: cd triton-course && python -m tutorial_lib doctor --workshop --learners N"

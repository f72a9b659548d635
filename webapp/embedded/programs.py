"""The programs of Coverslip itself: the web server and the three workers."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping, Sequence

from webapp.bootstrap.environment import CHECKOUT
from webapp.embedded.folders import DataFolder
from webapp.embedded.processes import Program

# A task that is cut off is queued again (acks_late), so a worker need not finish it: SIGTERM lets
# short ones end, SIGQUIT gives up the rest.
STOP_WORKER = ((signal.SIGTERM, 4.0), (signal.SIGQUIT, 4.0))


def web(data: DataFolder, environment: Mapping[str, str], host: str, port: int) -> Program:
    """Pages, API and websockets."""
    arguments = ["uvicorn", "webapp.config.asgi:application", "--host", host, "--port", str(port)]
    arguments += ["--lifespan", "off", "--timeout-graceful-shutdown", "3", "--no-access-log"]
    return Program(
        name="web",
        title="The web server",
        arguments=[sys.executable, "-m", *arguments],
        log=data.logs / "web.log",
        environment=environment,
        folder=CHECKOUT,
        stop_signals=((signal.SIGTERM, 6.0),),
    )


def cpu_worker(data: DataFolder, environment: Mapping[str, str]) -> Program:
    """Reads images, measures, writes reports; also sends out the periodic tasks."""
    options = ["-Q", "cpu", "-c", "2", "-n", "cpu@%h", "-B", "-s", str(data.beat_schedule)]
    return _worker("cpu", "The worker for images and reports", data, environment, options)


def gpu_worker(data: DataFolder, environment: Mapping[str, str]) -> Program:
    """Segments and trains, one task at a time, on the GPU where there is one."""
    options = ["-Q", "gpu", "--pool=solo", "-n", "gpu@%h"]
    return _worker("gpu", "The worker for segmentation", data, environment, options)


def prompts_worker(data: DataFolder, environment: Mapping[str, str]) -> Program:
    """Answers the clicks of people who wait for them, so it never runs anything long."""
    options = ["-Q", "prompts", "--pool=solo", "-n", "prompts@%h"]
    return _worker("prompts", "The worker for clicks", data, environment, options)


def django(data: DataFolder, environment: Mapping[str, str], arguments: Sequence[str]) -> Program:
    """One of Django's management commands."""
    return Program(
        name=arguments[0],
        title=f"The command {arguments[0]}",
        arguments=[sys.executable, "-m", "django", *arguments],
        log=data.logs / f"{arguments[0]}.log",
        environment=environment,
        folder=CHECKOUT,
        stop_signals=((signal.SIGTERM, 2.0),),
    )


def _worker(
    queue: str, title: str, data: DataFolder, environment: Mapping[str, str], options: list[str]
) -> Program:
    command = ["celery", "-A", "webapp.config.celery_app", "worker", "--loglevel", "INFO"]
    return Program(
        name=f"worker-{queue}",
        title=title,
        arguments=[sys.executable, "-m", *command, *options],
        log=data.logs / f"worker-{queue}.log",
        environment=environment,
        folder=CHECKOUT,
        stop_signals=STOP_WORKER,
        death_signal=signal.SIGQUIT,
    )

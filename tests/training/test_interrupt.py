import os
import signal
import threading

import pytest

from modelzoo.training.interrupt import InterruptWatch


def test_the_first_ctrl_c_is_noted():
    with InterruptWatch() as watch:
        os.kill(os.getpid(), signal.SIGINT)
        assert watch.requested


def test_the_second_ctrl_c_raises():
    with pytest.raises(KeyboardInterrupt), InterruptWatch():
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)


def test_the_previous_handler_is_back_afterwards():
    before = signal.getsignal(signal.SIGINT)
    with InterruptWatch():
        pass
    assert signal.getsignal(signal.SIGINT) is before


def test_another_thread_can_enter_it():
    noted = []

    def enter():
        with InterruptWatch() as watch:
            noted.append(watch.requested)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert noted == [False]

from .helpers import drop_quietly as quietly

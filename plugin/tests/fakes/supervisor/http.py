class NOT_DONE_YET(object):
    pass

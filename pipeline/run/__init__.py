"""Meetings through all stages: what is stored is skipped, an interrupted run resumes, a failure stops no other meeting.

plan          what is stored and what was asked → what there is to do; pure
runner        does it
parts         a recording in several parts as one
downloads     what is asked of hosts
politeness    manners towards hosts
sources       transcripts that somebody published
"""

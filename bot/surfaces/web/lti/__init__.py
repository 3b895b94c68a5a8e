"""Explanations inside course platforms by LTI 1.3 Advantage: launches, deep linking, scores and registration.

A platform opens us in a frame (`login`, `launches`), lets an author pick what a link shows (`picking`), and takes a
score from us (`scores`). Nobody logs in here and no cookie is set. Of a launch nothing is kept: what a score needs, a
line item and an opaque user, travels in a sealed token that the page holds and that ends after some hours. Kept are our
key, one file for each platform, and for some minutes the digests of tokens that may not be used again.

Signatures are checked and made by PyJWT, tokens sealed by cryptography's Fernet, platforms asked by httpcore2; all
three are well kept. PyLTI1p3, the usual library, has seen no release since 2022, waits for platforms without a deadline
and expects a session and a cookie, which frames are refused.

Specifications: https://www.imsglobal.org/spec/lti/v1p3, lti-dl/v2p0, lti-ags/v2p0, lti-dr/v1p0, lti-pm-s/v0p1.
"""

### The safety number.

safety-button = Safety number
safety-what =
    Read these digits to each other, face to face or on the phone. If they are the same, nobody stands between
    you. If they are not, do not write anything here that only they should read.
safety-compared = We compared it
safety-done = You compared it: nobody stands between you.

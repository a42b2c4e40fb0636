"""A day is written as a browser's date field reads it; days typed by hand are understood as before."""

DATE_INPUT_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"]

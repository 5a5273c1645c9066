"""The report: what helps to find out what is wrong, without anything private, as files to look at first."""

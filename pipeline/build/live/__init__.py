"""Texts made while somebody writes them."""

"""Long lists come in pages."""

from __future__ import annotations

from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """`?page=2&page_size=500`; the answer says how many there are and where the next page is."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 1000

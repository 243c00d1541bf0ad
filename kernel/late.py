"""Views whose modules are loaded when somebody first asks for them.

The screens of coordinators, editors and translators need packages that no learner's page does: loaded with the site they would
weigh on every process of it.
"""

from importlib import import_module


class Late:
    """Stands for a module of views: `late = Late("posters.studio.views")`, then `path("", late.studio, name="studio")`.

    What decorators write on a view for the middleware is not seen from here, so that it is said once more in `marks`, as in
    `Late("directory.api.views", csrf_exempt=True)`. A name that the module does not have fails when it is asked for. A test
    looks up every late view with its marks.
    """

    def __init__(self, module: str, **marks):
        self._module, self._marks = module, marks

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)

        def view(request, *arguments, **named):
            return view.real()(request, *arguments, **named)

        view.real = lambda: getattr(import_module(self._module), name)
        vars(view).update(self._marks)
        view.__name__, view.__qualname__, view.__module__ = name, name, self._module
        return view

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.Components.Web;

namespace OpenClaw.Portal.Components;

/// <summary>
/// The document. Theme and folded navigation come from cookies, so that the first paint is right: both schemes' sheets are linked,
/// and <c>media</c> chooses.
/// </summary>
public sealed partial class App
{
    private static readonly InteractiveServerRenderMode Interactive = new(prerender: true);

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    private IComponentRenderMode? PageMode => Http.AcceptsInteractiveRouting() ? Interactive : null;

    private string Theme => Http.Request.Cookies["theme"] switch { "light" => "light", "dark" => "dark", _ => "auto" };

    private string Nav => Http.Request.Cookies["nav"] == "folded" ? "folded" : "open";

    private string LightMedia => Theme switch { "light" => "all", "dark" => "not all", _ => "not all and (prefers-color-scheme: dark)" };

    private string DarkMedia => Theme switch { "light" => "not all", "dark" => "all", _ => "(prefers-color-scheme: dark)" };

    /// <summary>The site's root, or the path that it shares the site under; every address in pages is relative to it.</summary>
    private string BaseAddress => Http.Request.PathBase.ToUriComponent() + "/";

    /// <summary>With its path, as the base address is not the page's.</summary>
    private string SkipTarget => $"{Http.Request.PathBase}{Http.Request.Path}{Http.Request.QueryString}#content";
}

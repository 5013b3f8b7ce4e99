using Microsoft.AspNetCore.Components;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Components.Pages.Privacy;

/// <summary>Legal holds and erasures. Other pages lead here with <c>?user=</c>, <c>?channel=</c> and <c>?session=</c>, and with <c>tab=erasures</c>.</summary>
public sealed partial class Privacy
{
    private const string Erasing = "erasures";
    private static readonly Tab[] Parts = [new("", "Legal holds"), new(Erasing, "Erasures")];

    [SupplyParameterFromQuery]
    private string? Tab { get; set; }

    [SupplyParameterFromQuery]
    private string? User { get; set; }

    [SupplyParameterFromQuery]
    private Guid? Channel { get; set; }

    [SupplyParameterFromQuery]
    private Guid? Session { get; set; }
}

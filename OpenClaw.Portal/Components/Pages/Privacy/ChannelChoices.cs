using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Privacy;

/// <summary>A tenant's channels to choose from.</summary>
internal static class ChannelChoices
{
    public static IReadOnlyList<Choice> Of(ICatalog catalog, Guid tenant) =>
        [.. catalog.Channels.Where(c => c.Tenant.Id == tenant).OrderBy(c => c.Name, StringComparer.CurrentCultureIgnoreCase).Select(c => new Choice(c.Id.ToString(), c.Name))];
}

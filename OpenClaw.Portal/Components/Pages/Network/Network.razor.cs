using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Network;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Network;

/// <summary>Which private destinations tenants may name. Holds for the next connection.</summary>
public sealed partial class Network
{
    private IReadOnlyList<string> _hosts = [];
    private NetworkView? _theirs;
    private int _version;

    [Inject]
    private NetworkSettings Settings { get; set; } = default!;

    private NetworkView? View { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => Take(await Settings.GetAsync(await CallerAsync()));

    private async Task<FormResult> SaveAsync()
    {
        var caller = await CallerAsync();
        var result = await Settings.SaveAsync(caller, _hosts, _version);
        if (result.Value is { } saved) Take(saved);
        if (result.Status == AdminStatus.Stale)
        {
            _theirs = await Settings.GetAsync(caller);
            _version = _theirs.Version;
        }

        return FormResult.From(result, "Saved. It holds for the next connection.");
    }

    private void Take(NetworkView view)
    {
        (View, _hosts, _version, _theirs) = (view, view.Added, view.Version, null);
    }
}

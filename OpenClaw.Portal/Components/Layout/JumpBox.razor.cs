using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Web;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Portal.Services;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Components.Layout;

/// <summary>Goes anywhere by typing (Ctrl+K): pages, tenants, channels, agents, members, conversations.</summary>
public sealed partial class JumpBox
{
    private const int MostTenants = 8;
    private bool _open;
    private string _text = "";
    private int _active;
    private int _asked;
    private Task _searching = Task.CompletedTask;
    private IReadOnlyList<JumpTarget> _found = [];

    /// <summary>The tenant where the person is.</summary>
    [Parameter, EditorRequired]
    public required string Slug { get; set; }

    /// <summary>The pages that the person may see.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<JumpTarget> Pages { get; set; }

    /// <summary>The tenants that the person may enter.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<TenantModel> Tenants { get; set; }

    [Inject]
    private JumpSearch Search { get; set; } = default!;

    [Inject]
    private Callers Callers { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    private string Told => _found.Count == 0 ? "Nothing found. Conversations are found by their id or the user's exact id." : "Arrow keys choose, Enter goes, Escape closes.";

    private async Task OpenAsync()
    {
        (_open, _text) = (true, "");
        await FindAsync();
    }

    private void Close() => _open = false;

    private Task TypedAsync(ChangeEventArgs change)
    {
        _text = change.Value as string ?? "";
        return _searching = FindAsync();
    }

    /// <summary>An older answer that comes late is not shown over a newer one.</summary>
    private async Task FindAsync()
    {
        var asked = ++_asked;
        var text = _text.Trim();
        var found = Named(text).Concat(OtherTenants(text)).ToList();
        try
        {
            var caller = await Callers.InTenantAsync((await Authentication).User, Slug);
            found.AddRange(await Search.FindAsync(caller, $"t/{Slug}", text));
        }
        catch (ForbiddenException)
        {
            // the place was lost meanwhile: the pages say so
        }

        if (asked == _asked) (_found, _active) = (found, 0);
    }

    private async Task KeyAsync(KeyboardEventArgs key)
    {
        switch (key.Key)
        {
            case "ArrowDown" when _found.Count > 0:
                _active = (_active + 1) % _found.Count;
                break;
            case "ArrowUp" when _found.Count > 0:
                _active = (_active + _found.Count - 1) % _found.Count;
                break;
            case "Enter":
                // what was typed last may still be looked for
                await _searching;
                if (_active < _found.Count) Go(_found[_active]);
                break;
        }
    }

    private void Go(JumpTarget target)
    {
        Close();
        Navigation.NavigateTo(target.Address);
    }

    private IEnumerable<JumpTarget> Named(string text) =>
        Pages.Where(p => p.Title.Contains(text, StringComparison.CurrentCultureIgnoreCase));

    private IEnumerable<JumpTarget> OtherTenants(string text) =>
        text.Length == 0 ? [] : Tenants.Where(t => t.Slug != Slug && t.Name.Contains(text, StringComparison.CurrentCultureIgnoreCase)).Take(MostTenants)
            .Select(t => new JumpTarget("Tenants", t.Name, null, "tenant", $"t/{t.Slug}/overview"));
}

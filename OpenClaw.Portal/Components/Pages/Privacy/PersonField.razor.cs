using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using OpenClaw.Gateway.Core.Administration.Erasures;
using OpenClaw.Portal.Tenancy;

namespace OpenClaw.Portal.Components.Pages.Privacy;

/// <summary>A person's id on the platform, found while it is typed among those who have conversations. Any other id can be given as well.</summary>
public sealed partial class PersonField
{
    private IReadOnlyList<KnownPerson> _found = [];

    /// <summary>The tenant's slug.</summary>
    [Parameter, EditorRequired]
    public string Slug { get; set; } = "";

    /// <summary>An example, shown in the empty field.</summary>
    [Parameter]
    public string? Placeholder { get; set; }

    /// <summary>Who it is, where the id is known.</summary>
    [Parameter]
    public EventCallback<KnownPerson?> OnKnown { get; set; }

    [Inject]
    private PersonSearch Search { get; set; } = default!;

    [Inject]
    private Callers Callers { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> Authentication { get; set; } = default!;

    private string List => $"{Key}-people";

    /// <inheritdoc />
    protected override bool IsEmpty(string? value) => string.IsNullOrEmpty(value);

    private async Task TypedAsync(ChangeEventArgs change)
    {
        var text = change.Value as string ?? "";
        await SetAsync(text);
        var found = await Search.FindAsync(await Callers.InTenantAsync((await Authentication).User, Slug), text);
        if (text != Value) return; // somebody typed on
        _found = found;
        await OnKnown.InvokeAsync(found.FirstOrDefault(p => p.Id == text));
    }

    private void Left()
    {
        if (Required && IsEmpty(Value)) Validate();
    }
}

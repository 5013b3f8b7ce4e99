using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Identity.Accounts;

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>One's own name, address and password.</summary>
public sealed partial class Profile
{
    private (string Form, Faults Faults) _outcome = ("", []);

    [Inject]
    private OwnAccount Account { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "rename")]
    private string? Name { get; set; }

    [SupplyParameterFromForm(FormName = "email")]
    private string? Email { get; set; }

    [SupplyParameterFromForm(FormName = "email")]
    private string? EmailPassword { get; set; }

    [SupplyParameterFromForm(FormName = "password")]
    private string? Present { get; set; }

    [SupplyParameterFromForm(FormName = "password")]
    private string? Next { get; set; }

    [SupplyParameterFromForm(FormName = "password")]
    private string? Repeat { get; set; }

    [SupplyParameterFromQuery]
    private string? Done { get; set; }

    private Person Person { get; set; } = new();

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => Person = await Account.FindAsync();

    private async Task RenameAsync() => Follow("rename", "name", await Account.RenameAsync(Person, Name));

    private async Task ChangeEmailAsync() => Follow("email", "email", await Account.ChangeEmailAsync(Person, Email, EmailPassword));

    private async Task ChangePasswordAsync() => Follow("password", "password", await Account.ChangePasswordAsync(Person, Present, Next, Repeat));

    private void Follow(string form, string done, Faults faults)
    {
        if (faults.Any) (_outcome, Done) = ((form, faults), null);
        else Navigation.NavigateTo($"{PortalPaths.Account}?done={done}");
    }

    private string? FaultOf(string form, string field) => _outcome.Form == form ? _outcome.Faults.GetValueOrDefault(field) : null;
}

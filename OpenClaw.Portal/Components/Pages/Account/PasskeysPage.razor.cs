using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Identity.Accounts;

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>One's own passkeys. The ceremony runs in the browser (<c>js/account.js</c>), its outcome comes with the form.</summary>
public sealed partial class PasskeysPage
{
    [Inject]
    private OwnAccount Account { get; set; } = default!;

    [Inject]
    private OwnPasskeys Own { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "add")]
    private string? Credential { get; set; }

    [SupplyParameterFromForm(FormName = "add")]
    private string? Name { get; set; }

    [SupplyParameterFromForm(FormName = "add")]
    private string? Password { get; set; }

    [SupplyParameterFromForm]
    private string? Renamed { get; set; }

    [SupplyParameterFromQuery]
    private string? Done { get; set; }

    private Person Person { get; set; } = new();

    private IReadOnlyList<PasskeyView> Passkeys { get; set; } = [];

    private string? Fault { get; set; }

    private string? PasswordFault { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Person = await Account.FindAsync();
        Passkeys = await Own.ListAsync(Person);
    }

    private async Task AddAsync()
    {
        PasswordFault = await Account.ConfirmAsync(Person, Password);
        if (PasswordFault is not null) return;
        Fault = await Own.AddAsync(Person, Credential, Name);
        if (Fault is null) Return("added");
    }

    private async Task RenameAsync(string id)
    {
        if (await Own.RenameAsync(Person, id, Renamed)) Return("renamed");
    }

    private async Task RemoveAsync(string id)
    {
        if (await Own.RemoveAsync(Person, id)) Return("removed");
    }

    private void Return(string what) => Navigation.NavigateTo($"{PortalPaths.Passkeys}?done={what}");
}

using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Identity.Accounts;

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>Switches the authenticator app on and off. Recovery codes are in the answer that made them and nowhere else.</summary>
public sealed partial class TwoFactorPage
{
    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private OwnAccount Account { get; set; } = default!;

    [Inject]
    private TwoFactor Factor { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "enable")]
    private string? Code { get; set; }

    [SupplyParameterFromForm(FormName = "renew")]
    private string? RenewPassword { get; set; }

    [SupplyParameterFromForm(FormName = "disable")]
    private string? DisablePassword { get; set; }

    [SupplyParameterFromQuery]
    private string? Done { get; set; }

    private Person Person { get; set; } = new();

    private string Key { get; set; } = "";

    private int CodesLeft { get; set; }

    private IReadOnlyList<string> Codes { get; set; } = [];

    private string? EnableFault { get; set; }

    private string? RenewFault { get; set; }

    private string? DisableFault { get; set; }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        SecretAddress.Protect(Http); // the page shows secrets: no cache keeps it
        Person = await Account.FindAsync();
        if (Person.TwoFactorEnabled) CodesLeft = await Factor.CountCodesAsync(Person);
        else Key = await Factor.KeyAsync(Person);
    }

    private async Task EnableAsync()
    {
        if (Person.TwoFactorEnabled) return; // the form was sent twice
        if (await Factor.EnableAsync(Person, Code) is { } codes) Codes = codes;
        else EnableFault = "This code is not right. It changes every 30 seconds; check that the clock of your phone is right.";
    }

    private async Task RenewAsync()
    {
        var (codes, fault) = await Factor.RenewCodesAsync(Person, RenewPassword);
        (Codes, RenewFault) = (codes ?? [], fault);
    }

    private async Task DisableAsync()
    {
        DisableFault = await Factor.DisableAsync(Person, DisablePassword);
        if (DisableFault is null) Navigation.NavigateTo(PortalPaths.TwoFactor + "?done=off");
    }
}

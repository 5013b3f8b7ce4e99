using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.Members;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Hosting;
using OpenClaw.Portal.Identity;
using OpenClaw.Portal.Identity.Accounts;

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>Where an invitation's link leads. Opening it changes nothing; mail programs open links by themselves.</summary>
public sealed partial class InvitationPage
{
    /// <summary>The secret part of the link.</summary>
    [Parameter]
    public string Token { get; set; } = "";

    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private InvitationVisits Visits { get; set; } = default!;

    [Inject]
    private SignInFlow Flow { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [SupplyParameterFromForm(FormName = "join")]
    private string? Name { get; set; }

    [SupplyParameterFromForm(FormName = "join")]
    private string? Password { get; set; }

    [SupplyParameterFromForm(FormName = "join")]
    private string? Repeat { get; set; }

    private InvitationVisit Visit { get; set; } = new(VisitState.Unknown, null);

    private InvitationOffer? Offer => Visit.Offer;

    private Faults Faults { get; set; } = [];

    private string Own => PortalPaths.At(Http, $"{PortalPaths.Invitation}/{Token}");

    private string Title => Visit.State switch
    {
        VisitState.Accepted => "Already taken",
        VisitState.Expired => "This invitation has expired",
        VisitState.Suspended => "You cannot join for now",
        _ => "You are invited",
    };

    private string RoleWord => Offer?.Role switch { TenantRole.Admin => "an admin", TenantRole.Operator => "an operator", _ => "a viewer" };

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        SecretAddress.Protect(Http);
        await LookAsync();
    }

    private async Task LookAsync() => Visit = await Visits.LookAsync(Token, Http.User, Http.RequestAborted);

    private async Task AcceptAsync()
    {
        if (await Visits.AcceptAsync(Token, Http.User, Client.AddressOf(Http), Http.RequestAborted)) Navigation.NavigateTo($"t/{Offer!.TenantSlug}/overview");
        else await LookAsync();
    }

    private async Task JoinAsync()
    {
        Faults = [];
        if (PasswordRule.FaultOf(Password) is { } fault) Faults["Password"] = fault;
        else if (Password != Repeat) Faults["Repeat"] = "The two passwords differ.";
        if (Faults.Any) return;
        var (person, faults) = await Visits.JoinAsync(Token, Name, Password!, Client.AddressOf(Http), Http.RequestAborted);
        Faults = faults;
        if (person is null) return;
        await Flow.EnterAsync(person, "invitation");
        Navigation.NavigateTo($"t/{Offer!.TenantSlug}/overview");
    }
}

using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Identity;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Identity;

namespace OpenClaw.Portal.Components.Pages.Account;

/// <summary>The first visit. Gone as soon as there is an owner (<see cref="SetupGate"/>).</summary>
public sealed partial class Setup
{
    [CascadingParameter]
    private HttpContext Http { get; set; } = default!;

    [Inject]
    private OwnerSetup Owners { get; set; } = default!;

    [Inject]
    private SetupCode SetupCode { get; set; } = default!;

    [Inject]
    private SignInManager<Person> SignInManager { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private ILogger<Setup> Logger { get; set; } = default!;

    [SupplyParameterFromForm]
    private SetupForm Input { get; set; } = default!;

    private IReadOnlyList<string> Faults { get; set; } = [];

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (Input is not null) return;
        Input = new(); // rendered before the database has answered
        var tenant = await Owners.FirstTenantAsync(Http.RequestAborted);
        Input = new() { TenantName = tenant?.Name ?? "Default", TenantSlug = tenant?.Slug ?? "default" };
    }

    private async Task CreateAsync()
    {
        if (!SetupCode.Matches(Input.Code, out var renewed))
        {
            if (renewed) LogRenewed(Logger, SetupCode.Text);
            Faults = [renewed ? "Too many wrong codes. A new one is in the log now." : "This is not the code in the log."];
            return;
        }

        var slug = Input.TenantSlug.Trim();
        var (owner, faults) = await Owners.CreateAsync(new(Input.Email.Trim(), Input.Password, Input.TenantName.Trim(), slug), Http.RequestAborted);
        if (owner is null)
        {
            Faults = faults;
            return;
        }

        await SignInManager.SignInAsync(owner, isPersistent: false);
        Navigation.NavigateTo($"t/{slug}/welcome");
    }

    [LoggerMessage(5003, LogLevel.Warning, "Set-up: too many wrong codes; the new code is {Code}")]
    private static partial void LogRenewed(ILogger logger, string code);
}
